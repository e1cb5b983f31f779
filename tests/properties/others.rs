//! Documents that are not in the catalogue, with a lot in them that could be mistaken for it.

/// Each is a document with its line breaks, without its separator.
pub(crate) const OTHERS: &[&str] = &[
    "",
    "\n  \n",
    "# nothing but a comment: kind: Deployment\n",
    "# Source: chart/templates/empty.yaml\n# replicas: 3\n\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: text}\ndata:\n  deployment.yaml: |\n    apiVersion: apps/v1\n    kind: Deployment\n    ---\n    spec:\n      replicas: 9\n\n  folded: >-\n    two lines\n    of one text\n\n      more indented\n    --- not a separator\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kept\ndata:\n  script.sh: |+2\n    set -e   \n    echo 'replicas: 3'\n\n\n  last: |2-\n      indented\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: grüße, labels: {übung: \"é\\u0041 🚢\"}}\ntype: Opaque\ndata: {a: !!binary aGVsbG8=}\nstringData:\n  quoted: \"two \\\n     parts\"\n  'it''s': x\n",
    "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"json\",\"labels\":{\"component\":\"proxy\"}},\"spec\":{\"replicas\":3}}\n",
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: pulsar-proxy}\nspec:\n  replicas:   3 # Pulsar's own\n  selector: {matchLabels: {app: pulsar, component: proxy}}\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: &meta\n  name: web\nspec:\n  replicas: 0o7\n  replicas: *meta\n  <<: {a: b}\n  selector: {matchLabels: {app: web}}\n",
    "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent}\nspec: {selector: {matchLabels: {app.kubernetes.io/name: milvus, component: querynode}}}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: anchors}\ndata: &d\n  a: &a |\n    replicas: 1\n  b: *a\nbinaryData: *d\n",
    "--- # a separator more\napiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n...\n",
];
