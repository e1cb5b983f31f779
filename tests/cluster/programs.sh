# Sourced by the scripts in this folder: the paths and versions of the programs of the test cluster.
# A program's folder in the cache is NAME-VERSION, with the version that modules/NAME/go.mod requires.

modules=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/modules
cache=${XDG_CACHE_HOME:-$HOME/.cache}/trimtab-tests
declare -A module=(
    [etcd]=go.etcd.io/etcd/server/v3
    [kubernetes]=k8s.io/kubernetes
    [kwok]=sigs.k8s.io/kwok
    [argocd]=github.com/argoproj/argo-cd/v3
    [kustomize]=sigs.k8s.io/kustomize/kustomize/v5
    [helmfile]=github.com/helmfile/helmfile
)
all=(etcd kubernetes kwok argocd kustomize helmfile)

# version NAME: prints the version that go.mod requires.
version() {
    awk -v module="${module[$1]}" '$1 == module { print $2 }' "$modules/$1/go.mod"
}

# folder NAME: prints the folder into which tests/cluster/build puts it.
folder() {
    echo "$cache/$1-$(version "$1")"
}

# need NAME...: exits with status 3, for "not built", if one is missing.
need() {
    local name
    for name; do
        [[ -d $(folder "$name") ]] && continue
        echo "$name $(version "$name") is not built: run tests/cluster/build" >&2
        exit 3
    done
}
