# name: every line of the checklist has a clause with a scenario
# limit: 30
exec node dist/ci/coverage/main.js
