# name: load made by workers on several hosts: beside one process, and with a worker killed
# limit: 240
exec node dist/bench/hosts/main.js "beside one process" "worker killed"
