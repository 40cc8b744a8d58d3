// Draws every label in the ZPL on standard input: one PNG in Base64 a line. Argument: dots per millimetre.
import { readFileSync } from "node:fs";
import { ready } from "zpl-renderer-js";

const { api } = await ready;
const images = await api.zplToBase64MultipleAsync(readFileSync(0, "utf8"), 101.6, 152.4, Number(process.argv[2]));
process.stdout.write(images.join("\n"), () => process.exit(0)); // the renderer alone would keep running
