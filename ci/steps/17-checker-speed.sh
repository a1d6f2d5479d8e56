# name: a million operations on one znode judged, beside a search that knows no zxids
# limit: 240
# alone: it measures
exec node dist/ci/checker-speed/main.js --search-ms 3000
