// Judges manifests by the schemas of Kubernetes' API: a line for each document,
// and what is wrong with it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, ...files] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
const { parseAllDocuments } = require("yaml");

const packages = { "monitoring.coreos.com": "@kubernetes-models/prometheus-operator" };

function model({ apiVersion, kind }) {
    const group = apiVersion.split("/")[0];
    const home = packages[group] ?? "kubernetes-models";
    return require(`${home}/${apiVersion}/${kind}`)[kind];
}

for (const file of files) {
    for (const document of parseAllDocuments(readFileSync(file, "utf8"))) {
        const manifest = document.toJS();
        try {
            new (model(manifest))(manifest).validate();
            console.log(`${manifest.kind}: good`);
        } catch (error) {
            console.log(`${manifest.kind}: ${error.message}`);
        }
    }
}
