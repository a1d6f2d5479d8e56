# name: a fifteenth of the faulty servers, another one with each commit: the suite names the clause that each breaks
# limit: 400
turn=$(git rev-list --count HEAD 2>/dev/null || date +%j)
exec node dist/ci/server-mutants/main.js --jobs 3 --share "$turn/15"
