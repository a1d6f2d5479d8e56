# name: load made by workers on several hosts: beside one process, and with control, worker and coordinator killed
# limit: 480
exec node dist/bench/hosts/main.js
