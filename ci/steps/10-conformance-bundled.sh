# name: conformance on the bundled ensemble, and on the bundled standalone server
# limit: 300
npm run --silent conformance && exec npm run --silent conformance -- --servers 1
