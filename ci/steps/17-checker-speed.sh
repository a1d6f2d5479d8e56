# name: histories of one znode judged, beside a search that knows no zxids
# limit: 120
# What it takes for a million is told by the command itself; this machine's share of time may be any.
exec node dist/ci/checker-speed/main.js --operations 100000,200000,400000 --search-ms 1000
