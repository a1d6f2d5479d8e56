# name: whole ensembles in simulated time: 20 seconds of seeds, every promise checked while everything goes wrong
# limit: 300
exec node dist/reference/sim-cli/main.js 1 --for 20s --jobs 2
