# name: whole ensembles in simulated time: 60 s of seeds, every promise checked while everything goes wrong
# limit: 300
exec node dist/reference/sim-cli/main.js 1 --for 60s --jobs 2
