# name: memory that five thousand idle sessions keep
# limit: 150
exec node dist/ci/idle-memory/main.js
