# name: faults planted in the core, each found by the simulator
# limit: 400
exec node dist/ci/mutants/main.js --jobs 2 --seconds 120 --known
