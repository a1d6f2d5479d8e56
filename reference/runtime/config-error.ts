/** What is wrong with a configuration: one line, beginning with the place (`zoo.cfg:7:1` or the flag). */
export class ConfigError extends Error {
	override readonly name = "ConfigError";

	constructor(place: string, reason: string) {
		super(`${place}: ${reason}`);
	}
}
