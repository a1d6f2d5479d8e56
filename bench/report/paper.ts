/**
 * Figures of Hunt, Konar, Junqueira, Reed: "ZooKeeper: Wait-free coordination for Internet-scale systems", USENIX ATC 2010,
 * section 5. Other machines and another network: what can be compared is how they change with the size, not their height.
 */
export const paperSource = "Hunt et al., USENIX ATC 2010";

/** Table 1: operations a second by servers, requests of 1 KiB. */
export const paperThroughput: Readonly<Record<100 | 0, Readonly<Record<number, number>>>> = {
	100: { 3: 87_000, 5: 165_000, 7: 257_000, 9: 296_000, 13: 460_000 },
	0: { 3: 21_000, 5: 18_000, 7: 14_000, 9: 12_000, 13: 8_000 },
};

/** Table 2: creates a second by workers and servers. */
export const paperCreates: Readonly<Record<number, Readonly<Record<number, number>>>> = {
	1: { 3: 776, 5: 748, 7: 758, 9: 711 },
	10: { 3: 2074, 5: 1832, 7: 1572, 9: 1540 },
	20: { 3: 2740, 5: 2336, 7: 1934, 9: 1890 },
};

/** Table 3: seconds by barriers and clients. */
export const paperBarriers: Readonly<Record<number, Readonly<Record<number, number>>>> = {
	200: { 50: 9.4, 100: 19.8, 200: 41.0 },
	400: { 50: 16.4, 100: 34.1, 200: 62.0 },
	800: { 50: 28.9, 100: 55.9, 200: 112.1 },
	1600: { 50: 54.0, 100: 102.7, 200: 234.4 },
};
