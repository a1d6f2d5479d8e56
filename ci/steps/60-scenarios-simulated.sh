# name: scenarios of ensembles and recipes in simulated time
# limit: 240
exec node dist/conformance/runner/main.js --driver simulator --seed 1 --only 'ensemble-*' --only 'recipe-*'
