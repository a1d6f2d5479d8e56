export const helpBefore = `How fast are servers that speak ZooKeeper's protocol? Every reply is checked: a figure from wrong answers is void.

Without --target the reference is started, and with --peer others beside it; they are measured in turns, so that whatever else the machine does meets all of them.

Other commands, each with a --help of its own: compare (two reports), trend (many), micro (the reference's building blocks), self (the load generator), worker (makes load on another host).`;

export const helpAfter = `
Examples:
  npm run bench                                            four read ratios on three servers, about a minute
  npm run bench -- --peer apache --servers 1,3,5           the same, beside Apache ZooKeeper
  npm run bench -- read-ratio --servers 3,5 --reads 100,0 --rounds 10
  npm run bench -- --target a:2181,b:2181,c:2181 --window 20
  npm run bench -- --rate 5000                             open loop: latency counts from when a request was due
  npm run bench -- failures --html failures.html           servers are killed and started; a time line of 50 ms
  npm run bench -- --against ../base --json two.json       two builds of the reference in one run
  npm run bench -- compare base.json head.json
  npm run bench -- worker --control zk:2181                on each of four hosts, and on a fifth:
  npm run bench -- --control zk:2181 --workers 4 --target a:2181,b:2181,c:2181

Exit codes: 0 all is measured, 1 a figure is void or something failed, 2 wrong use, 130 and 143 interrupted.
`;
