# name: zkCli.sh, cli_mt and kazoo on an ensemble whose server is killed midway
# limit: 180
exec node dist/ci/ensembles/main.js clients
