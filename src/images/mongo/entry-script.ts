/** Options alone are the server's; it listens on all addresses unless it is told otherwise. */
export const mongoEntryScript = `#!/bin/sh
case "$1" in
  -*) set -- mongod "$@" ;;
esac
if [ "$1" = mongod ]; then
  case " $* " in
    *" --bind_ip"*) ;;
    *) set -- "$@" --bind_ip_all ;;
  esac
fi
exec "$@"
`;
