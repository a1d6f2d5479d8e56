# name: every expectation fails when it is turned around: a sixth of the families, another one with each commit
# limit: 400
turn=$(($(git rev-list --count HEAD 2>/dev/null || date +%j) % 6))
# Recipes and the order of writes of ensembles have a step of their own; what is said of histories has no scenarios.
families=$(sed -n 's/^guarantee: //p' spec/guarantees/*.yaml | grep -vE '^(ensemble|recipe|consistency)' | sort -u)
only=$(awk "NR % 6 == $turn { print \"--only\", \$1 }" <<<"$families")
exec node dist/conformance/runner/main.js --flip-all --servers 1 $only
