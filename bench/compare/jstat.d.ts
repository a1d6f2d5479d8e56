/** The package has no types of its own; what is used of it. */
declare module "jstat" {
	const jstat: {
		readonly jStat: {
			readonly studentt: {
				/** The value below which a share of Student's distribution lies. */
				inv(share: number, degreesOfFreedom: number): number;
			};
		};
	};
	export = jstat;
}
