# name: conformance on the bundled server
# limit: 120
exec npm run --silent conformance
