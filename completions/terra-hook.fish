# Completes terra-hook in fish. Made by: terra-hook completion fish

# True when this command was typed; without a name, when none was.
function __terra_hook_command
    set -l typed (commandline -opc)
    test "$typed[2]" = "$argv[1]"
end

# True when nothing but this command was typed.
function __terra_hook_only_command
    __terra_hook_command $argv; and test (count (commandline -opc)) -eq 2
end

# The words, each after what the comma list that is being typed has already.
function __terra_hook_list
    set -l typed (commandline -ct | string replace -r -- '^--[^=]*=' '')
    set -l before (string replace -rf -- '[^,]*$' '' "$typed")
    printf '%s\n' "$before"$argv
end

complete -c terra-hook -f
complete -c terra-hook -n '__terra_hook_command' -a listen -d 'receive webhooks on this machine; verify, keep and show them'
complete -c terra-hook -n '__terra_hook_command' -a list -d 'list what has been captured, newest last'
complete -c terra-hook -n '__terra_hook_command' -a show -d 'show captures in full, or their exact bytes'
complete -c terra-hook -n '__terra_hook_command' -a diff -d 'compare two captures or files by record'
complete -c terra-hook -n '__terra_hook_command' -a verify -d 'check a payload\'s signature and say why it fails'
complete -c terra-hook -n '__terra_hook_command' -a sign -d 'print the signature header for a payload'
complete -c terra-hook -n '__terra_hook_command' -a completion -d 'print a completion script for bash, zsh or fish'
complete -c terra-hook -n '__terra_hook_command' -a help -d 'print help'
complete -c terra-hook -n '__terra_hook_command' -s h -l help -d 'print help'
complete -c terra-hook -n '__terra_hook_command' -s V -l version -d 'print the version'

# help
complete -c terra-hook -n '__terra_hook_only_command help' -a listen -d 'receive webhooks on this machine; verify, keep and show them'
complete -c terra-hook -n '__terra_hook_only_command help' -a list -d 'list what has been captured, newest last'
complete -c terra-hook -n '__terra_hook_only_command help' -a show -d 'show captures in full, or their exact bytes'
complete -c terra-hook -n '__terra_hook_only_command help' -a diff -d 'compare two captures or files by record'
complete -c terra-hook -n '__terra_hook_only_command help' -a verify -d 'check a payload\'s signature and say why it fails'
complete -c terra-hook -n '__terra_hook_only_command help' -a sign -d 'print the signature header for a payload'
complete -c terra-hook -n '__terra_hook_only_command help' -a completion -d 'print a completion script for bash, zsh or fish'

# listen
complete -c terra-hook -n '__terra_hook_command listen' -s p -l port -x -d 'port'
complete -c terra-hook -n '__terra_hook_command listen' -l bind -x -d 'IP address to listen on'
complete -c terra-hook -n '__terra_hook_command listen' -l path -x -d 'receive on this path only'
complete -c terra-hook -n '__terra_hook_command listen' -l max-body -x -d 'largest body, such as 10MB'
complete -c terra-hook -n '__terra_hook_command listen' -l threads -x -d 'threads that receive'
complete -c terra-hook -n '__terra_hook_command listen' -l tls -d 'HTTPS with a self-signed certificate for localhost, made once'
complete -c terra-hook -n '__terra_hook_command listen' -l tls-cert -r -F -d 'HTTPS with this certificate'
complete -c terra-hook -n '__terra_hook_command listen' -l tls-key -r -F -d 'the certificate\'s private key'
complete -c terra-hook -n '__terra_hook_command listen' -l tunnel -x -d 'run this once ready and show the public URL that it prints'
complete -c terra-hook -n '__terra_hook_command listen' -l tunnel-url -x -d 'the public URL, when the tunnel prints none or is not run by --tunnel'
complete -c terra-hook -n '__terra_hook_command listen' -l secret-file -r -F -d 'file that holds a signing secret, named in verdicts by NAME or the file\'s name'
complete -c terra-hook -n '__terra_hook_command listen' -l secret -x -d 'a signing secret itself'
complete -c terra-hook -n '__terra_hook_command listen' -l tolerance -x -d 'how far a signature\'s time may be from the clock'
complete -c terra-hook -n '__terra_hook_command listen' -l no-verify -d 'do not check signatures'
complete -c terra-hook -n '__terra_hook_command listen' -l on-invalid -x -a 'reject accept' -d 'answer 401 or 200 to an invalid, malformed or missing signature'
complete -c terra-hook -n '__terra_hook_command listen' -l fetch-payload -d 'download what the link of an s3_payload event leads to, and keep it too'
complete -c terra-hook -n '__terra_hook_command listen' -l store -r -F -d 'where captures are kept'
complete -c terra-hook -n '__terra_hook_command listen' -l no-store -d 'keep nothing'
complete -c terra-hook -n '__terra_hook_command listen' -l format -x -a 'text ndjson' -d 'how results are printed'
complete -c terra-hook -n '__terra_hook_command listen' -l color -x -a 'auto always never' -d 'whether results are in colour'
complete -c terra-hook -n '__terra_hook_command listen' -l ascii -d 'draw and spell with ASCII only'
complete -c terra-hook -n '__terra_hook_command listen' -s q -l quiet -d 'print results and errors only'
complete -c terra-hook -n '__terra_hook_command listen' -l redact -d 'mask who it is about'
complete -c terra-hook -n '__terra_hook_command listen' -l body -x -a 'none short full' -d 'how much of each body is printed'
complete -c terra-hook -n '__terra_hook_command listen' -s v -l verbose -d 'print each delivery\'s headers and the tunnel\'s output too'
complete -c terra-hook -n '__terra_hook_command listen' -s h -l help -d 'print this help'

# list
complete -c terra-hook -n '__terra_hook_command list' -l type -x -a '(__terra_hook_list access_revoked activity athlete auth auth_cancelled body connection_error daily deauth health_observation hormone lab_report.completed lab_report.failed large_request_processing large_request_sending menstruation nutrition permission_change planned_workout s3_payload sleep user_reauth google_no_datasource healthcheck processing rate_limit_hit order.status_changed order_item.results_status_change)' -d 'only these event types'
complete -c terra-hook -n '__terra_hook_command list' -l user-id -x -d 'only this Terra user'
complete -c terra-hook -n '__terra_hook_command list' -l reference-id -x -d 'only this user of yours'
complete -c terra-hook -n '__terra_hook_command list' -l provider -x -d 'only this provider, such as GARMIN'
complete -c terra-hook -n '__terra_hook_command list' -l terra-reference -x -d 'only deliveries of this request'
complete -c terra-hook -n '__terra_hook_command list' -l trace-id -x -d 'only this delivery and its repetitions'
complete -c terra-hook -n '__terra_hook_command list' -l verdict -x -a '(__terra_hook_list valid stale invalid malformed missing unchecked)' -d 'only these verdicts'
complete -c terra-hook -n '__terra_hook_command list' -l since -x -d 'received at or after'
complete -c terra-hook -n '__terra_hook_command list' -l until -x -d 'received before'
complete -c terra-hook -n '__terra_hook_command list' -l last -x -d 'only the newest N of what matches'
complete -c terra-hook -n '__terra_hook_command list' -l store -r -F -d 'where captures are kept'
complete -c terra-hook -n '__terra_hook_command list' -l format -x -a 'text json ndjson' -d 'how results are printed'
complete -c terra-hook -n '__terra_hook_command list' -l color -x -a 'auto always never' -d 'whether results are in colour'
complete -c terra-hook -n '__terra_hook_command list' -l ascii -d 'draw and spell with ASCII only'
complete -c terra-hook -n '__terra_hook_command list' -s q -l quiet -d 'print results and errors only'
complete -c terra-hook -n '__terra_hook_command list' -l group -x -a 'none reference' -d 'a line a request'
complete -c terra-hook -n '__terra_hook_command list' -l redact -d 'mask who it is about'
complete -c terra-hook -n '__terra_hook_command list' -s h -l help -d 'print this help'

# show
complete -c terra-hook -n '__terra_hook_command show' -a 'last last~1'
complete -c terra-hook -n '__terra_hook_command show' -l headers -d 'only the header section'
complete -c terra-hook -n '__terra_hook_command show' -l body -d 'only the body'
complete -c terra-hook -n '__terra_hook_command show' -l path -x -d 'only this value of the body, as a JSON Pointer'
complete -c terra-hook -n '__terra_hook_command show' -l full -d 'every sample and every string in full, nothing folded'
complete -c terra-hook -n '__terra_hook_command show' -l store -r -F -d 'where captures are kept'
complete -c terra-hook -n '__terra_hook_command show' -l format -x -a 'text json ndjson raw' -d 'how results are printed'
complete -c terra-hook -n '__terra_hook_command show' -l color -x -a 'auto always never' -d 'whether results are in colour'
complete -c terra-hook -n '__terra_hook_command show' -l ascii -d 'draw and spell with ASCII only'
complete -c terra-hook -n '__terra_hook_command show' -s q -l quiet -d 'print results and errors only'
complete -c terra-hook -n '__terra_hook_command show' -l redact -d 'mask who it is about'
complete -c terra-hook -n '__terra_hook_command show' -s h -l help -d 'print this help'

# diff
complete -c terra-hook -n '__terra_hook_command diff' -F -a 'last last~1'
complete -c terra-hook -n '__terra_hook_command diff' -F -a 'last last~1'
complete -c terra-hook -n '__terra_hook_command diff' -l tolerance-number -x -d 'numbers that differ by at most N are the same'
complete -c terra-hook -n '__terra_hook_command diff' -l full -d 'samples and long arrays element by element instead of in one line'
complete -c terra-hook -n '__terra_hook_command diff' -l store -r -F -d 'where captures are kept'
complete -c terra-hook -n '__terra_hook_command diff' -l format -x -a 'text json ndjson' -d 'how results are printed'
complete -c terra-hook -n '__terra_hook_command diff' -l color -x -a 'auto always never' -d 'whether results are in colour'
complete -c terra-hook -n '__terra_hook_command diff' -l ascii -d 'draw and spell with ASCII only'
complete -c terra-hook -n '__terra_hook_command diff' -s q -l quiet -d 'print results and errors only'
complete -c terra-hook -n '__terra_hook_command diff' -s h -l help -d 'print this help'

# verify
complete -c terra-hook -n '__terra_hook_command verify' -F -a '- last last~1'
complete -c terra-hook -n '__terra_hook_command verify' -l secret-file -r -F -d 'file that holds a signing secret, named in verdicts by NAME or the file\'s name'
complete -c terra-hook -n '__terra_hook_command verify' -l secret -x -d 'a signing secret itself'
complete -c terra-hook -n '__terra_hook_command verify' -l tolerance -x -d 'how far a signature\'s time may be from the clock'
complete -c terra-hook -n '__terra_hook_command verify' -l signature -x -d 'the signature header\'s value, such as \'t=1782880000,v1=46af...\''
complete -c terra-hook -n '__terra_hook_command verify' -l at -x -d 'judge the signature\'s age at this time instead of now'
complete -c terra-hook -n '__terra_hook_command verify' -l store -r -F -d 'where captures are kept'
complete -c terra-hook -n '__terra_hook_command verify' -l format -x -a 'text json ndjson' -d 'how results are printed'
complete -c terra-hook -n '__terra_hook_command verify' -l color -x -a 'auto always never' -d 'whether results are in colour'
complete -c terra-hook -n '__terra_hook_command verify' -l ascii -d 'draw and spell with ASCII only'
complete -c terra-hook -n '__terra_hook_command verify' -s q -l quiet -d 'print results and errors only'
complete -c terra-hook -n '__terra_hook_command verify' -s h -l help -d 'print this help'

# sign
complete -c terra-hook -n '__terra_hook_command sign' -F -a '-'
complete -c terra-hook -n '__terra_hook_command sign' -l secret-file -r -F -d 'file that holds a signing secret, named in verdicts by NAME or the file\'s name'
complete -c terra-hook -n '__terra_hook_command sign' -l secret -x -d 'a signing secret itself'
complete -c terra-hook -n '__terra_hook_command sign' -l sign-with -x -d 'sign with the secret of this name'
complete -c terra-hook -n '__terra_hook_command sign' -l timestamp -x -d 'Unix time to sign with, used as it is'
complete -c terra-hook -n '__terra_hook_command sign' -l format -x -a 'text json ndjson' -d 'how results are printed'
complete -c terra-hook -n '__terra_hook_command sign' -l color -x -a 'auto always never' -d 'whether results are in colour'
complete -c terra-hook -n '__terra_hook_command sign' -l ascii -d 'draw and spell with ASCII only'
complete -c terra-hook -n '__terra_hook_command sign' -s q -l quiet -d 'print results and errors only'
complete -c terra-hook -n '__terra_hook_command sign' -s h -l help -d 'print this help'

# completion
complete -c terra-hook -n '__terra_hook_command completion' -a 'bash zsh fish'
complete -c terra-hook -n '__terra_hook_command completion' -s h -l help -d 'print this help'
