# Completes terra-hook in bash 4 and later. Made by: terra-hook completion bash
# shellcheck shell=bash disable=SC2034

_terra_hook_commands() {
  words='listen list show replay trigger conform emulate request diff verify sign export import tag prune doctor config completion'
}

# The flags of command $1.
_terra_hook_flags() {
  case $1 in
    listen) words='-p --port --bind --path --max-body --threads --tls --tls-cert --tls-key -f --forward-to --target-timeout --limit --fail-slow --ack-first --wait-for-target --show-response -H --header -k --insecure --cacert --concurrency --queue --respond --drop --delay --seed --tunnel --tunnel-url --type --user-id --reference-id --provider --terra-reference --trace-id --verdict --count --timeout --expect --expect-every --ready-file --ready-fd --junit --tap --exec --exec-concurrency --exec-timeout --secret-file --secret --tolerance --no-verify --on-invalid --fetch-payload --store --no-store --format --color --ascii -q --quiet --redact --body --plain -v --verbose --config --profile -h --help' ;;
    list) words='--type --user-id --reference-id --provider --terra-reference --trace-id --verdict --tag --since --until --last --store --format --color --ascii -q --quiet --group --redact --config --profile -h --help' ;;
    show) words='--headers --body --path --full --card --record --store --format --color --ascii -q --quiet --redact --config --profile -h --help' ;;
    replay) words='--to -H --header --timeout -k --insecure --cacert --set --unset --as-received --unsigned --keep-time --sign-with --secret-file --secret --rate --concurrency --repeat --order --duplicate --seed --gaps --retries --speed --expect-status --dry-run --print --type --user-id --reference-id --provider --terra-reference --trace-id --verdict --tag --since --until --last --store --format --color --ascii -q --quiet -v --verbose --config --profile -h --help' ;;
    trigger) words='--pack --file --set --unset --trace-id --terra-reference --list --print --dry-run --seed --user-id --reference-id --provider --date --samples --records --size --to -H --header --timeout -k --insecure --cacert --secret-file --secret --sign-with --unsigned --rate --concurrency --repeat --retries --speed --expect-status --format --color --ascii -q --quiet -v --verbose --config --profile -h --help' ;;
    conform) words='--only --skip --list --strict -H --header --timeout -k --insecure --cacert --secret-file --secret --sign-with --format --color --ascii -q --quiet -v --verbose --junit --tap --config --profile -h --help' ;;
    emulate) words='-p --port --bind --users --days --seed --date --script --dev-id --api-key-file --fault --rate-limit --processing --with-samples --webhook --retries --speed --timeout --give-up-after --settings --chaos --ping --ping-expires --concurrency -k --insecure --cacert --secret-file --secret --format --color --ascii -q --quiet -v --verbose --config --profile -h --help' ;;
    request) words='--user-id --reference-id --start-date --end-date --to-webhook --with-samples -q --query --api-url --dev-id-file --api-key-file --timeout -k --insecure --cacert --split --concurrency --max-retries --max-wait --restart -o --output --force --save --dry-run --print --wait --listen -p --port --secret-file --secret --store --format --color --ascii --quiet --config --profile -h --help' ;;
    diff) words='--tolerance-number --full --store --format --color --ascii -q --quiet --config --profile -h --help' ;;
    verify) words='--secret-file --secret --tolerance --signature --at --store --format --color --ascii -q --quiet --config --profile -h --help' ;;
    sign) words='--secret-file --secret --sign-with --timestamp --format --color --ascii -q --quiet --config --profile -h --help' ;;
    export) words='--format -o --output --force --no-facts --redact -q --quiet --type --user-id --reference-id --provider --terra-reference --trace-id --verdict --tag --since --until --last --store --config --profile -h --help' ;;
    import) words='--from --max-body --secret-file --secret --tolerance --keep-verdicts --store --format --color --ascii -q --quiet --config --profile -h --help' ;;
    tag) words='-d --delete --store --format --color --ascii -q --quiet --config --profile -h --help' ;;
    prune) words='--older-than --keep --max-size --keep-tagged -n --dry-run -y --yes --type --user-id --reference-id --provider --terra-reference --trace-id --verdict --tag --since --until --last --store --format --color --ascii -q --quiet --config --profile -h --help' ;;
    doctor) words='-p --port --to --offline --secret-file --secret --store --format --color --ascii -q --quiet --config --profile -h --help' ;;
    config) words='--project --force --format --color --ascii -q --quiet --config --profile -h --help' ;;
    completion) words='--config --profile -h --help' ;;
  esac
}

# What completes the value of flag $2 of command $1. Fails when the flag takes none.
_terra_hook_value() {
  case $1 in
    listen)
      case $2 in
        -p | --port | --bind | --path | --max-body | --threads | -f | --forward-to | --target-timeout | --limit | --wait-for-target | -H | --header | --concurrency | --queue | --respond | --drop | --delay | --seed | --tunnel | --tunnel-url | --user-id | --reference-id | --terra-reference | --trace-id | --count | --timeout | --expect | --expect-every | --ready-fd | --exec | --exec-concurrency | --exec-timeout | --secret | --tolerance) ;;
        --tls-cert | --tls-key | --cacert | --ready-file | --junit | --store | --config) from=files ;;
        --type) from=list words='access_revoked activity athlete auth auth_cancelled body connection_degraded connection_error daily deauth google_no_datasource health_observation healthcheck hormone lab_report lab_report.completed lab_report.failed large_request_processing large_request_sending menstruation nutrition order.status_changed order_item.results_status_change permission_change planned_workout processing rate_limit_hit s3_payload sleep user_reauth' ;;
        --provider) words='GARMIN FITBIT APPLE OURA POLAR WHOOP WITHINGS FREESTYLELIBRE COROS' ;;
        --verdict) from=list words='valid stale invalid malformed missing unchecked' ;;
        --secret-file) from=named-files ;;
        --on-invalid) words='reject accept' ;;
        --format) words='text ndjson' ;;
        --color) words='auto always never' ;;
        --body) words='none short full card' ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    list)
      case $2 in
        --type) from=list words='access_revoked activity athlete auth auth_cancelled body connection_degraded connection_error daily deauth google_no_datasource health_observation healthcheck hormone lab_report lab_report.completed lab_report.failed large_request_processing large_request_sending menstruation nutrition order.status_changed order_item.results_status_change permission_change planned_workout processing rate_limit_hit s3_payload sleep user_reauth' ;;
        --user-id | --reference-id | --terra-reference | --trace-id | --since | --until | --last) ;;
        --provider) words='GARMIN FITBIT APPLE OURA POLAR WHOOP WITHINGS FREESTYLELIBRE COROS' ;;
        --verdict) from=list words='valid stale invalid malformed missing unchecked' ;;
        --tag) known=tags ;;
        --store | --config) from=files ;;
        --format) words='text json ndjson' ;;
        --color) words='auto always never' ;;
        --group) words='none reference' ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    show)
      case $2 in
        --path | --record) ;;
        --store | --config) from=files ;;
        --format) words='text json ndjson raw' ;;
        --color) words='auto always never' ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    replay)
      case $2 in
        --to | -H | --header | --timeout | --set | --unset | --sign-with | --secret | --rate | --concurrency | --repeat | --duplicate | --seed | --gaps | --speed | --expect-status | --user-id | --reference-id | --terra-reference | --trace-id | --since | --until | --last) ;;
        --cacert | --store | --config) from=files ;;
        --secret-file) from=named-files ;;
        --order) words='received shuffled' ;;
        --retries) words='terra terra-faq vantage none' ;;
        --print) words='curl' ;;
        --type) from=list words='access_revoked activity athlete auth auth_cancelled body connection_degraded connection_error daily deauth google_no_datasource health_observation healthcheck hormone lab_report lab_report.completed lab_report.failed large_request_processing large_request_sending menstruation nutrition order.status_changed order_item.results_status_change permission_change planned_workout processing rate_limit_hit s3_payload sleep user_reauth' ;;
        --provider) words='GARMIN FITBIT APPLE OURA POLAR WHOOP WITHINGS FREESTYLELIBRE COROS' ;;
        --verdict) from=list words='valid stale invalid malformed missing unchecked' ;;
        --tag) known=tags ;;
        --format) words='text ndjson' ;;
        --color) words='auto always never' ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    trigger)
      case $2 in
        --pack) from=list words='edge empty-data unknown-user no-user unknown-type type-zero null-after-value reauth-swap reauth-unknown deauth two-chunks stale-order no-order duplicate athlete other-bytes bad-signature tampered-body missing-signature malformed-signature expired-signature other-scheme double-signature both-names one-name lower-case upper-case large' ;;
        --file | --cacert | --config) from=files ;;
        --set | --unset | --trace-id | --terra-reference | --seed | --user-id | --reference-id | --date | --records | --size | --to | -H | --header | --timeout | --secret | --sign-with | --rate | --concurrency | --repeat | --speed | --expect-status) ;;
        --print) words='body curl http' ;;
        --provider) words='GARMIN FITBIT APPLE OURA POLAR WHOOP WITHINGS FREESTYLELIBRE COROS' ;;
        --secret-file) from=named-files ;;
        --retries) words='terra terra-faq vantage none' ;;
        --format) words='text ndjson' ;;
        --color) words='auto always never' ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    conform)
      case $2 in
        --only | --skip) from=list words='valid empty-data unknown-user no-user unknown-type type-zero null-after-value reauth-swap reauth-unknown deauth two-chunks stale-order no-order duplicate athlete other-bytes bad-signature tampered-body missing-signature malformed-signature expired-signature other-scheme double-signature both-names one-name lower-case upper-case large concurrent keep-alive no-redirect' ;;
        -H | --header | --timeout | --secret | --sign-with) ;;
        --cacert | --junit | --config) from=files ;;
        --secret-file) from=named-files ;;
        --format) words='text json' ;;
        --color) words='auto always never' ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    emulate)
      case $2 in
        -p | --port | --bind | --users | --days | --seed | --date | --dev-id | --fault | --rate-limit | --processing | --webhook | --speed | --timeout | --give-up-after | --chaos | --ping-expires | --concurrency | --secret) ;;
        --script) from=files words='-' ;;
        --api-key-file | --cacert | --config) from=files ;;
        --retries) words='terra terra-faq vantage none' ;;
        --settings) words='frozen current' ;;
        --secret-file) from=named-files ;;
        --format) words='text ndjson' ;;
        --color) words='auto always never' ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    request)
      case $2 in
        --user-id | --reference-id | --start-date | --end-date | -q | --query | --api-url | --timeout | --concurrency | --max-retries | --max-wait | --wait | -p | --port | --secret) ;;
        --to-webhook | --with-samples) words='true false' ;;
        --dev-id-file | --api-key-file | --cacert | -o | --output | --store | --config) from=files ;;
        --split) words='auto' ;;
        --print) words='curl' ;;
        --secret-file) from=named-files ;;
        --format) words='text json ndjson' ;;
        --color) words='auto always never' ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    diff)
      case $2 in
        --tolerance-number) ;;
        --store | --config) from=files ;;
        --format) words='text json ndjson' ;;
        --color) words='auto always never' ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    verify)
      case $2 in
        --secret-file) from=named-files ;;
        --secret | --tolerance | --signature | --at) ;;
        --store | --config) from=files ;;
        --format) words='text json ndjson' ;;
        --color) words='auto always never' ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    sign)
      case $2 in
        --secret-file) from=named-files ;;
        --secret | --sign-with | --timestamp) ;;
        --format) words='text json ndjson' ;;
        --color) words='auto always never' ;;
        --config) from=files ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    export)
      case $2 in
        --format) words='http har ndjson raw' ;;
        -o | --output) from=files ;;
        --type) from=list words='access_revoked activity athlete auth auth_cancelled body connection_degraded connection_error daily deauth google_no_datasource health_observation healthcheck hormone lab_report lab_report.completed lab_report.failed large_request_processing large_request_sending menstruation nutrition order.status_changed order_item.results_status_change permission_change planned_workout processing rate_limit_hit s3_payload sleep user_reauth' ;;
        --user-id | --reference-id | --terra-reference | --trace-id | --since | --until | --last) ;;
        --provider) words='GARMIN FITBIT APPLE OURA POLAR WHOOP WITHINGS FREESTYLELIBRE COROS' ;;
        --verdict) from=list words='valid stale invalid malformed missing unchecked' ;;
        --tag) known=tags ;;
        --store | --config) from=files ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    import)
      case $2 in
        --from) words='http har ndjson raw' ;;
        --max-body | --secret | --tolerance) ;;
        --secret-file) from=named-files ;;
        --store | --config) from=files ;;
        --format) words='text ndjson' ;;
        --color) words='auto always never' ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    tag)
      case $2 in
        --store | --config) from=files ;;
        --format) words='text json ndjson' ;;
        --color) words='auto always never' ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    prune)
      case $2 in
        --older-than | --keep | --max-size | --user-id | --reference-id | --terra-reference | --trace-id | --since | --until | --last) ;;
        --type) from=list words='access_revoked activity athlete auth auth_cancelled body connection_degraded connection_error daily deauth google_no_datasource health_observation healthcheck hormone lab_report lab_report.completed lab_report.failed large_request_processing large_request_sending menstruation nutrition order.status_changed order_item.results_status_change permission_change planned_workout processing rate_limit_hit s3_payload sleep user_reauth' ;;
        --provider) words='GARMIN FITBIT APPLE OURA POLAR WHOOP WITHINGS FREESTYLELIBRE COROS' ;;
        --verdict) from=list words='valid stale invalid malformed missing unchecked' ;;
        --tag) known=tags ;;
        --store | --config) from=files ;;
        --format) words='text json ndjson' ;;
        --color) words='auto always never' ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    doctor)
      case $2 in
        -p | --port | --to | --secret) ;;
        --secret-file) from=named-files ;;
        --store | --config) from=files ;;
        --format) words='text json' ;;
        --color) words='auto always never' ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    config)
      case $2 in
        --format) words='text json' ;;
        --color) words='auto always never' ;;
        --config) from=files ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    completion)
      case $2 in
        --config) from=files ;;
        --profile) known=profiles ;;
        *) return 1 ;;
      esac
      ;;
    *) return 1 ;;
  esac
}

# What completes an argument of command $1 after $2 others. Fails when none is expected.
_terra_hook_argument() {
  case $1:$2 in
    show:*) words='last last~1' known=captures ;;
    replay:*) from=files words='last last~1 -' known=captures ;;
    trigger:*) words='access_revoked activity athlete auth auth_cancelled body connection_degraded connection_error daily deauth google_no_datasource health_observation healthcheck hormone lab_report lab_report.completed lab_report.failed large_request_processing large_request_sending menstruation nutrition order.status_changed order_item.results_status_change permission_change planned_workout processing rate_limit_hit s3_payload sleep user_reauth' ;;
    conform:0)  ;;
    request:0) words='activity athlete body daily menstruation nutrition sleep user users providers planned-workouts' ;;
    diff:0) from=files words='last last~1' known=captures ;;
    diff:1) from=files words='last last~1' known=captures ;;
    verify:*) from=files words='- last last~1' known=captures ;;
    sign:0) from=files words='-' ;;
    export:*) words='last last~1' known=captures ;;
    import:*) from=files words='-' ;;
    tag:*) words='last last~1' known=captures ;;
    config:0) words='init show path' ;;
    config:1) words='listen list show replay trigger conform emulate request diff verify sign export import tag prune doctor config completion' ;;
    completion:0) words='bash zsh fish' ;;
    *) return 1 ;;
  esac
}

# Adds to `found` what the store and the configuration know: captures, tags or profiles. Beside a
# choice that is only shown stands what it is.
_terra_hook_known() {
  local name hint names=() hinted=()
  while IFS=$'\t' read -r name hint; do
    [[ $name == "$value"* ]] || continue
    names+=("$prefix$name")
    hinted+=("$prefix$name  ($hint)")
  done < <(command terra-hook complete "$1" -- "${typed[@]}" 2>/dev/null)
  if [[ ${COMP_TYPE-} == @(33|63|64) ]] && ((${#names[@]} + ${#found[@]} > 1)); then
    found+=("${hinted[@]}")
  else
    found+=("${names[@]}")
  fi
}

_terra_hook() {
  COMPREPLY=()
  local typed=() word piece='' i
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i > 1)) && [[ -n $word ]] && [[ $word == [=:]* || $piece == [=:@]* && $piece != @?* ]]; then
      typed[${#typed[@]} - 1]+=$word
    else
      typed+=("$word")
    fi
    [[ $piece == @ ]] && word=@$word  # which stays with what is replaced
    piece=$word
  done
  [[ $piece == [=:]* ]] && piece=''

  local count=${#typed[@]}
  local command=${typed[0]} current=${typed[count - 1]}
  local from='' words='' known='' prefix='' flag='' arguments=0 after_dashes=''
  if ((count == 1)); then
    _terra_hook_commands
    words+=' help --help --version'
  elif [[ $command == help ]]; then
    ((count == 2)) && _terra_hook_commands
  else
    for word in "${typed[@]:1:count-2}"; do
      if [[ -n $flag ]]; then
        flag=''
      elif [[ -n $after_dashes || $word != -?* ]]; then
        ((arguments++))
      elif [[ $word == -- ]]; then
        after_dashes=1
      elif [[ $word != *=* ]] && _terra_hook_value "$command" "$word"; then
        flag=$word
      fi
    done
    from='' words='' known=''
    if [[ -z $flag && -z $after_dashes && $current == --*=* ]]; then
      flag=${current%%=*}
      prefix=$flag=
    fi
    if [[ -n $flag ]]; then
      _terra_hook_value "$command" "$flag"
    elif [[ -z $after_dashes && $current == -* ]]; then
      _terra_hook_flags "$command"
    elif ! _terra_hook_argument "$command" "$arguments" && [[ -z $after_dashes && -z $current ]]; then
      _terra_hook_flags "$command"
    fi
  fi

  local value=${current#"$prefix"} before=''
  case $from in
    list) before=${value%"${value##*,}"} ;;
    named-files) before=${value%"${value##*=}"} ;;
  esac
  prefix+=$before
  value=${value#"$before"}
  local found=() replaced_after=${current%"$piece"}
  mapfile -t found < <(
    compgen -P "$prefix" -W "$words" -- "$value"
    case $from in
      *files) compgen -P "$prefix" -f -- "$value" ;;
      directories) compgen -P "$prefix" -d -- "$value" ;;
    esac
  )
  # Names in capitals may be typed in small letters.
  ((${#found[@]})) || mapfile -t found < <(compgen -P "$prefix" -W "$words" -- "${value^^}")
  # Where there is no match, as for a quoted name, readline looks for itself.
  case $from:$value in
    *files:@*) ;; # the @ of a tag would be quoted as that of a file
    *files:*) compopt -o filenames -o default 2>/dev/null ;;
    directories:*) compopt -o filenames -o dirnames 2>/dev/null ;;
  esac
  if [[ -n $known ]]; then
    _terra_hook_known "$known"
    # In their order, the newest first.
    compopt -o nosort 2>/dev/null
  fi
  COMPREPLY=("${found[@]#"$replaced_after"}")
}

complete -F _terra_hook terra-hook
