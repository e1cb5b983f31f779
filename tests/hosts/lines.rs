//! Command lines of Helm, with all that can be misread in them.

/// A command line after the program, with variables. Placeholders for what differs between runs are in capitals.
pub(crate) type Line = (&'static str, &'static [(&'static str, &'static str)]);

pub(crate) const FLAGS: &[Line] = &[
    ("upgrade old CHART", &[]),
    ("install new CHART", &[]),
    ("upgrade --install old CHART", &[]),
    ("upgrade -i new CHART", &[]),
    ("install CHART -g", &[]),
    ("install CHART --generate-name -n x", &[]),
    ("install CHART --name-template new -nx", &[]),
    ("upgrade old CHART --dry-run=server -n x", &[]),
    ("upgrade old CHART --dry-run=none", &[]),
    ("upgrade old CHART --dry-run=false -n x", &[]),
    ("upgrade old CHART -n x", &[]),
    ("upgrade old CHART -nx", &[]),
    ("upgrade old CHART -n=x", &[]),
    ("upgrade old CHART --namespace x", &[]),
    ("upgrade old CHART --namespace=x", &[]),
    ("-n x upgrade old CHART", &[]),
    ("-nx upgrade -i old CHART", &[]),
    ("--debug -n=x upgrade old CHART", &[]),
    ("-n y upgrade old -n x CHART", &[]),
    ("upgrade -inx new CHART", &[]),
    ("upgrade old CHART -in x", &[]),
    ("upgrade -n x -- old CHART", &[]),
    ("upgrade -n x old -- CHART", &[]),
    ("upgrade old CHART --kube-context b", &[]),
    ("upgrade old CHART --kube-context=b -n x", &[]),
    ("--kube-context b upgrade old CHART --kube-context a", &[]),
    ("upgrade old CHART --kube-context b --kube-context=", &[]),
    ("upgrade old CHART --kubeconfig OTHER", &[]),
    ("--kubeconfig=OTHER upgrade old CHART --kube-context b", &[]),
    ("upgrade old CHART --kubeconfig OTHER --kubeconfig=", &[]),
    ("upgrade old CHART --kubeconfig other/config", &[]),
    ("upgrade old CHART --kube-apiserver SERVER", &[]),
    (
        "upgrade old CHART --kube-apiserver SERVER --kube-context b",
        &[],
    ),
    ("upgrade old CHART --kube-token t", &[]),
    ("upgrade old CHART --kube-token=t --kube-context=b", &[]),
    ("upgrade old CHART --kube-as-user u", &[]),
    ("upgrade old CHART --kube-as-user u --kube-as-group g", &[]),
    (
        "--kube-as-group g upgrade old CHART --kube-as-group=h --kube-as-user=u",
        &[],
    ),
    (
        "upgrade old CHART --kube-context bare --kube-ca-file AUTHORITY",
        &[],
    ),
    (
        "upgrade old CHART --kube-context bare --kube-insecure-skip-tls-verify",
        &[],
    ),
    (
        "upgrade old CHART --kube-context bare --kube-insecure-skip-tls-verify=T",
        &[],
    ),
    (
        "upgrade old CHART --kube-tls-server-name localhost --kube-context b",
        &[],
    ),
];

/// Words that could be taken for something else.
pub(crate) const ODD: &[Line] = &[
    ("-n upgrade upgrade old CHART", &[]),
    ("-v 1 upgrade old CHART -nx", &[]),
    ("--dry-run=none -n x upgrade old CHART", &[]),
    ("upgrade old CHART -n=", &[]),
    ("upgrade old CHART -n= --namespace=", &[]),
    ("upgrade old CHART --kube-context b -n= --namespace=", &[]),
    ("upgrade old CHART --wait -n x --timeout 1s", &[]),
    (
        "upgrade old CHART --reset-values --set a=b -n x --set-string c=-n",
        &[],
    ),
    ("upgrade old CHART -f values.yaml -n x", &[]),
    ("upgrade old CHART -fvalues.yaml -n x", &[]),
    ("upgrade old CHART -fvalues.yaml", &[]),
    ("upgrade old CHART -fenv.yaml", &[]),
    ("upgrade old CHART -fenv.yaml -nx", &[]),
    ("upgrade old CHART -fcommon.yaml", &[]),
    ("upgrade old CHART -fn -n x", &[]),
    ("upgrade -fn old CHART", &[]),
    ("upgrade old CHART --description -n --kube-context b", &[]),
    ("upgrade old CHART --description --namespace=x", &[]),
    ("upgrade old CHART --description --namespace=x -n y", &[]),
    ("upgrade old CHART --description --kube-context=b", &[]),
    ("upgrade old CHART --description -nx", &[]),
    (
        "upgrade old CHART --description --help=false --description -nx",
        &[],
    ),
    ("upgrade old CHART --description -test.v --namespace=x", &[]),
    ("upgrade old CHART --description -test.nx", &[]),
    ("upgrade old CHART -test.nx", &[]),
    ("upgrade old CHART -l a=b,c=-n --namespace=x", &[]),
    (
        "upgrade old CHART --debug=false --install=false --atomic=false -n x",
        &[],
    ),
    (
        "upgrade old CHART --post-renderer-args --timeout=1m -n x",
        &[],
    ),
    ("upgrade old CHART --post-renderer-args --namespace=x", &[]),
];

pub(crate) const VARIABLES: &[Line] = &[
    ("upgrade old CHART", &[("HELM_NAMESPACE", "x")]),
    ("upgrade old CHART -n y", &[("HELM_NAMESPACE", "x")]),
    ("upgrade old CHART --namespace=", &[("HELM_NAMESPACE", "x")]),
    ("upgrade old CHART", &[("HELM_NAMESPACE", "")]),
    ("upgrade old CHART", &[("HELM_KUBECONTEXT", "b")]),
    (
        "upgrade old CHART --kube-context a",
        &[("HELM_KUBECONTEXT", "b")],
    ),
    (
        "upgrade old CHART --kube-context=",
        &[("HELM_KUBECONTEXT", "b")],
    ),
    (
        "install new CHART",
        &[("HELM_KUBECONTEXT", "b"), ("HELM_NAMESPACE", "x")],
    ),
    ("upgrade old CHART", &[("HELM_KUBETOKEN", "t")]),
    (
        "upgrade old CHART --kube-token=",
        &[("HELM_KUBETOKEN", "t")],
    ),
    ("upgrade old CHART", &[("HELM_KUBEASUSER", "u")]),
    (
        "upgrade old CHART",
        &[("HELM_KUBEASUSER", "u"), ("HELM_KUBEASGROUPS", "g,h")],
    ),
    (
        "upgrade old CHART",
        &[("HELM_KUBEASUSER", "u"), ("HELM_KUBEASGROUPS", ", g, h ,")],
    ),
    (
        "upgrade old CHART --kube-as-group i",
        &[("HELM_KUBEASUSER", "u"), ("HELM_KUBEASGROUPS", "g,h")],
    ),
    ("upgrade old CHART", &[("HELM_KUBEAPISERVER", "SERVER")]),
    (
        "upgrade old CHART --kube-apiserver=",
        &[("HELM_KUBEAPISERVER", "SERVER")],
    ),
    (
        "upgrade old CHART --kube-context bare",
        &[("HELM_KUBECAFILE", "AUTHORITY")],
    ),
    (
        "upgrade old CHART --kube-context bare",
        &[("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "1")],
    ),
    (
        "upgrade old CHART",
        &[("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "yes")],
    ),
    (
        "upgrade old CHART",
        &[("HELM_KUBETLS_SERVER_NAME", "localhost")],
    ),
    ("upgrade old CHART", &[("KUBECONFIG", "OTHER")]),
    ("upgrade old CHART", &[("KUBECONFIG", "other/config")]),
    ("upgrade old CHART", &[("KUBECONFIG", "none:OTHER:MAIN")]),
    (
        "upgrade old CHART --kube-context b",
        &[("KUBECONFIG", "OTHER::MAIN")],
    ),
    (
        "upgrade old CHART --kubeconfig MAIN",
        &[("KUBECONFIG", "OTHER")],
    ),
    (
        "upgrade old CHART --kubeconfig=",
        &[("KUBECONFIG", "OTHER")],
    ),
    (
        "upgrade old CHART",
        &[("KUBECONFIG", ""), ("HOME", "HOUSE")],
    ),
];
