# name: memory that ten thousand idle sessions keep
# limit: 150
exec node dist/ci/idle-memory/main.js
