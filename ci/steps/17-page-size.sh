# name: the page of a history of a million operations opens in a browser
# limit: 240
if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
	DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium >/dev/null
fi
exec node dist/ci/page-size/main.js
