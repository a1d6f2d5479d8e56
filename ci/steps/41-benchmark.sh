# name: benchmark of every kind for a moment, for its checks rather than its figures
# limit: 240
exec npm run --silent bench -- mixed-sizes arrival-rate create-latency double-barriers watch-fan-out connection-storm \
	large-tree idle-sessions failover --servers 3 --smoke
