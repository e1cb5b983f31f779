# Sourced by the scripts beside it: where the programs of the test cluster lie, and which versions.
# A program's folder in the cache is NAME-VERSION; the version is the one that modules/NAME/go.mod requires.

modules=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/modules
cache=${XDG_CACHE_HOME:-$HOME/.cache}/trimtab-tests
declare -A module=(
    [etcd]=go.etcd.io/etcd/server/v3
    [kubernetes]=k8s.io/kubernetes
    [kwok]=sigs.k8s.io/kwok
    [argocd]=github.com/argoproj/argo-cd/v3
    [kustomize]=sigs.k8s.io/kustomize/kustomize/v5
)
all=(etcd kubernetes kwok argocd kustomize)

# version NAME: what its go.mod requires.
version() {
    awk -v module="${module[$1]}" '$1 == module { print $2 }' "$modules/$1/go.mod"
}

# folder NAME: where tests/cluster/build puts it.
folder() {
    echo "$cache/$1-$(version "$1")"
}

# need NAME...: stop with status 3, the status for "not built", where one is missing.
need() {
    local name
    for name; do
        [[ -d $(folder "$name") ]] && continue
        echo "$name $(version "$name") is not built: run tests/cluster/build" >&2
        exit 3
    done
}
