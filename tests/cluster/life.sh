# Sourced by up and argo: programs that stop when the script ends, for whatever reason.
#
# Each program asks the kernel to kill it when the script dies. The script removes a temporary folder, or, if the script was
# killed, a watcher does: it reads a pipe that the script and its programs keep open, and wakes when the last one closes it.

names=() pids=()

# begin [FOLDER]: sets `folder`, by default to a temporary folder.
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
    # Only one script at a time chooses free ports, until its programs listen on them.
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

# start NAME COMMAND...: runs the command in the background, with its output in NAME.log.
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

# running: if a program has stopped, prints the end of its log and fails. At the end of stdin, exits quietly.
running() {
    local i
    for i in "${!pids[@]}"; do
        kill -0 "${pids[i]}" 2>/dev/null && continue
        [[ ${names[i]} != stdin ]] || exit 0
        tail -n 5 "$folder/${names[i]}.log" >&2
        fail "${names[i]} stopped"
    done
}

# stay: waits for a signal, the end of stdin, or a program that stops; never returns.
stay() {
    exec {turn}>&-
    wait -n || true
    running
}

# free_port: prints a loopback port that nothing listens on.
free_port() {
    local port
    for ((;;)); do
        port=$((20000 + RANDOM % 12000))
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}
