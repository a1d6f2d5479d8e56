# name: every expectation of the recipes and of the order of writes fails when it is turned around, on three servers
# limit: 400
exec node dist/conformance/runner/main.js --flip-all --only ensemble-order --only 'recipe-*'
