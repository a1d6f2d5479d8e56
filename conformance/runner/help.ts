export const helpBefore = `Does this server keep what ZooKeeper promises? Clause by clause, over its client protocol.

Without --target an ensemble of three bundled servers is started and examined, each scenario on the next of them. With --target the suite works below a node of its own, /zkspec-…, on a server that is there, and removes it at the end.

Other commands, each with a --help of its own: zkspec workload (many clients at random, recorded and judged),
zkspec check (judges recorded histories again, and explains).`;

export const helpAfter = `
A glob is compared with a guarantee (watches), a clause (create.exists), a scenario (create-on-existing), a file
(tree-create.yaml) and guarantee/clause/scenario; * stays between slashes, ** crosses them.

Examples (in a clone of the project with "npm run conformance --" in the place of "zkspec"):
  zkspec                                          the bundled ensemble, everything
  zkspec --servers 1                              the bundled server alone
  zkspec --target localhost:2181                  a ZooKeeper that runs here
  zkspec --target a:2181,b:2181,c:2181            an ensemble
  zkspec --target localhost:2181 --super super:secret --exclusive --fact containerIntervalMs=500
                                                  a test server that is all ours: nothing is left out
  zkspec --only 'watches/**' --skip '*persistent*'
  zkspec --only create-on-existing --trace        one scenario with its frames
  zkspec --list --only sessions                   what there is about sessions
  zkspec --spec my-spec/ --only 'my-*'            scenarios of your own
  zkspec --report-json out.json --report-junit out.xml --report-markdown out.md

Facts that can be given: containerIntervalMs, maxClientCnxns, frameBytesMax, tickTime, ttl=false, …; a scenario that
needs a fact which is not known is skipped and says which.

Exit codes:
  0   everything that was run is kept (known divergences of the profile included)
  1   a clause is violated, or a known divergence is gone
  2   wrong use or wrong spec files
  3   the target can not be reached, is not a ZooKeeper, or broke off
  4   undecided: something was neither proved nor refuted, or nothing was run
  130 interrupted by SIGINT, 143 by SIGTERM (the suite's node is removed first)
`;
