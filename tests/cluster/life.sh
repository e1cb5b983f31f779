# Sourced by up and argo: programs that end when the script ends, however it ends.
#
# Each program asks the kernel to be killed when the script dies. A temporary folder is removed by the script, or, where
# that was killed, by a watcher: it reads a pipe that the script and its programs hold open, and so wakes after the last.

names=() pids=()

# begin [FOLDER]: sets `folder`, by default to a temporary one.
begin() {
    umask 077
    if [[ -n ${1-} ]]; then
        mkdir -p "$1"
        folder=$(cd "$1" && pwd) temporary=
    else
        folder=$(mktemp -d "${TMPDIR:-/tmp}/trimtab-cluster.XXXXXX") temporary=yes
        exec {held}> >(exec setsid bash -c 'cat; rm -rf "$1"' watcher "$folder" >/dev/null 2>&1)
    fi
    trap finish EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    setpriv --pdeathsig KILL cat <&0 >/dev/null &
    names+=(stdin) pids+=($!)
    # One at a time may choose free ports, until its programs listen on them.
    exec {turn}>"$cache/ports.lock"
    flock "$turn"
}

finish() {
    kill -KILL "${pids[@]}" 2>/dev/null || true
    wait "${pids[@]}" 2>/dev/null || true
    [[ -z $temporary ]] || rm -rf "$folder"
}

fail() {
    echo "$0: $*" >&2
    exit 1
}

# start NAME COMMAND...: runs it in the background, with its output in NAME.log.
start() {
    setpriv --pdeathsig KILL "${@:2}" >"$folder/$1.log" 2>&1 {turn}>&- &
    names+=("$1") pids+=($!)
}

# ready SECONDS WHAT COMMAND...: waits until the command succeeds.
ready() {
    local deadline=$((SECONDS + $1)) error
    until error=$("${@:3}" 2>&1); do
        running
        ((SECONDS < deadline)) || fail "$2 is not ready after $1 s: $error"
        sleep 0.1
    done
}

# running: fails, with the end of its log, when a program has stopped. The end of stdin is a quiet end of all.
running() {
    local i
    for i in "${!pids[@]}"; do
        kill -0 "${pids[i]}" 2>/dev/null && continue
        [[ ${names[i]} != stdin ]] || exit 0
        tail -n 5 "$folder/${names[i]}.log" >&2
        fail "${names[i]} stopped"
    done
}

# stay: returns only by the end of the script: a signal, the end of stdin, or a program that stops.
stay() {
    exec {turn}>&-
    wait -n || true
    running
}

# free_port: a port of the loopback address that nothing listens on.
free_port() {
    local port
    for ((;;)); do
        port=$((20000 + RANDOM % 12000))
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}
