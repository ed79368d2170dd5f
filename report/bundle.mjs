// Bundles src/ into one HTML file without references to anything outside it:
//   node bundle.mjs FOLDER_WITH_NODE_MODULES OUTPUT
import {createRequire} from "node:module";
import {readFileSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";

const [modules, output] = process.argv.slice(2);
const source = join(dirname(fileURLToPath(import.meta.url)), "src");
const esbuild = createRequire(join(modules, "package.json"))("esbuild");

const bundle = (entry, options) =>
    esbuild.buildSync({
        entryPoints: [join(source, entry)],
        bundle: true,
        minify: true,
        write: false,
        charset: "utf8",
        legalComments: "none",
        nodePaths: [join(modules, "node_modules")],
        ...options,
    }).outputFiles[0].text;

// The text must not end the element it stands in.
const script = bundle("main.js", {format: "iife", target: "es2020"}).replaceAll("</script", "<\\/script");
const style = bundle("style.css", {});
const page = readFileSync(join(source, "page.html"), "utf8")
    .replace("/*style*/", () => style)
    .replace("/*script*/", () => script);
writeFileSync(output, page);
