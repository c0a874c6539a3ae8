# Completion of riverty-customer(1) for bash.  Installed as
# share/bash-completion/completions/riverty-customer, or read with: source

_riverty_customer() {
    local word=${COMP_WORDS[COMP_CWORD]}
    local before=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]}
    local words=

    # --option=value is three words to bash.
    if [[ $word == = ]]; then
        word=
    elif [[ $before == = ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi

    if [[ $command == help ]]; then
        command=${COMP_WORDS[2]}
        case $COMP_CWORD,$command in
            2,*) words='check fields rules keys audit report' ;;
            3,keys) words='lint list digest new-token' ;;
            3,audit) words='verify show find' ;;
        esac
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
        return
    fi

    if [[ $command == keys || $command == audit ]]; then
        command="$command ${COMP_WORDS[2]}"
    fi

    case $before in
        --operation)
            words='create update'
            [[ $command != audit* ]] || words='create read update other unknown'
            ;;
        --by) words='app rule field' ;;
        --rules) words='strict default lenient' ;;
        --outcome | --would)
            words='forwarded rejected denied refused served unavailable failed'
            words+=' aborted'
            ;;
        --level) words='warn reject' ;;
        --check) words='0' ;;
        --user) mapfile -t COMPREPLY < <(compgen -u -- "$word"); return ;;
        --number | --id | --app | --since | --until | --status | --customer | \
            --rule | --event | --store | --location | --checkpoint-log)
            return ;;
        --config | --redaction-key | --key | --checkpoint | --checkpoint-key) ;;
        *)
            case $COMP_CWORD,$command in
                1,*) words='check fields rules keys audit report help --help --version' ;;
                2,'keys '*) words='lint list digest new-token' ;;
                2,'audit '*) words='verify show find' ;;
                *,check)
                    words='--operation --number --rules --config --json --lines'
                    words+=' --location --quiet --help' ;;
                *,fields) words='--markdown --json-schema --help' ;;
                *,rules) words='--markdown --help' ;;
                *,'keys lint') words='--user --check --strict --json --help' ;;
                *,'keys list')
                    words='--user --redaction-key --id --json --help' ;;
                *,'keys digest') words='--user --text --help' ;;
                *,'keys new-token') words='--id --help' ;;
                *,'audit verify')
                    words='--key --closed --checkpoint --checkpoint-key'
                    words+=' --checkpoint-log --since --help' ;;
                *,'audit show')
                    words='--app --operation --outcome --since --until --status'
                    words+=' --customer --would --rule --level --event --store'
                    words+=' --summary --follow --json --help'
                    ;;
                *,'audit find')
                    words='--customer --redaction-key --id --json --help' ;;
                *,report) words='--by --since --until --json --help' ;;
                *) return ;;
            esac
            ;;
    esac

    # Where there are no words, or they are options, a file may stand as well.
    if [[ -n $words && ($word == -* || $words != --*) ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    elif [[ $command == fields || $command == rules ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    else
        compopt -o filenames 2> /dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}

complete -F _riverty_customer riverty-customer
