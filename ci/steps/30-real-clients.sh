# name: zkCli.sh, cli_mt, kazoo and node-zookeeper-client: the same session as on Apache
# limit: 120
exec node dist/ci/clients/main.js
