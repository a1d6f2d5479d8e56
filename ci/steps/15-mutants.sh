# name: a half of the faults planted in the core, the other one with the next commit: the simulator finds each
# limit: 400
turn=$(git rev-list --count HEAD 2>/dev/null || date +%j)
exec node dist/ci/mutants/main.js --jobs 2 --seconds 120 --known --share "$turn/2"
