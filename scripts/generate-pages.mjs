// What follows from the values of the registries: rule pages, the manifest's rule settings and activation events, the README's tables.
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { rulePages } from './rule-pages.mjs';

const SEVERITIES = ['error', 'warning', 'information', 'hint', 'off'];
/** Language id -> name of its code fence. */
const LANGUAGE_TITLES = (languages) => new Map(languages.map((l) => [l.id, l.title]));

/** @returns a list of [file, text] below `root` */
export async function writePages(root) {
  const { RULES, LANGUAGES, SCENARIOS, manualPage, projectSettings, describedTools } = await loadRegistries(root);
  const titles = LANGUAGE_TITLES(LANGUAGES);
  const texts = manifestTexts(root, RULES, describedTools([]));
  const english = JSON.parse(texts[0][1]);
  return [
    ...rulePages(root, RULES, titles, SCENARIOS),
    ['docs/scenarios.md', scenarioPage(SCENARIOS)],
    ['package.json', manifest(root, RULES, LANGUAGES, describedTools)],
    ...texts,
    ['media/closewait.schema.json', configurationSchema(manifest(root, RULES, LANGUAGES, describedTools), english, projectSettings)],
    ['docs/closewait.1', manualPage()],
    ['.pre-commit-hooks.yaml', preCommitHook(LANGUAGES)],
  ];
}

async function loadRegistries(root) {
  const result = await build({
    stdin: {
      contents: `export { RULES } from './src/analysis/rules/generated.ts';
        export { LANGUAGES } from './src/analysis/languages/generated.ts';
        export { SCENARIOS } from './src/scenarios/generated.ts';
        export { manualPage } from './src/cli/manual.ts';
        export { projectSettings } from './src/app/configuration.ts';
        export { describedTools } from './src/app/model-tools.ts';`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  return import(`data:text/javascript;base64,${Buffer.from(result.outputFiles[0].text).toString('base64')}`);
}

function scenarioPage(scenarios) {
  const parts = scenarios.map(
    (s) => `## ${s.id}

${s.title}. ${s.question}
${s.parameters.length > 0 ? `\n| parameter | meaning | default |\n|---|---|---|\n${s.parameters.map((p) => `| \`${p.name}\` | ${p.title}${p.choices ? ` (${p.choices.map((c) => `\`${c.value}\`: ${c.title}`).join('; ')})` : ''} | ${p.default}${p.unit ? ` ${p.unit}` : ''} |`).join('\n')}\n` : ''}`,
  );
  return `<!-- Written by scripts/generate.mjs. Do not edit. -->
# Scenarios

What can happen to a connection. \`closewait simulate FILE:LINE ID --set NAME=VALUE\` runs one on the connection of that line.

${parts.join('\n')}`;
}

/** The manifest with the parts that follow from the files: everything else in it stays as it is. */
function manifest(root, rules, languages, describedTools) {
  const json = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const severity = json.contributes?.configuration?.properties?.['closewait.severity'];
  if (severity) {
    severity.properties = Object.fromEntries(
      rules.map((r) => [r.id, { type: 'string', enum: SEVERITIES, default: r.off ? 'off' : r.severity, description: `%rule.${r.id}%` }]),
    );
  }
  if (json.activationEvents) {
    json.activationEvents = [
      ...languages.map((l) => `onLanguage:${l.id}`).sort(),
      ...json.activationEvents.filter((e) => !e.startsWith('onLanguage:')),
    ];
  }
  if (json.contributes?.languageModelTools) {
    json.contributes.languageModelTools = describedTools(languages.map((l) => l.title)).map((tool) => ({
      name: tool.name,
      toolReferenceName: tool.reference,
      canBeReferencedInPrompt: true,
      displayName: `%tool.${tool.reference}%`,
      userDescription: `%tool.${tool.reference}.summary%`,
      tags: ['closewait', 'sockets', 'tcp'],
      modelDescription: tool.description,
      inputSchema: tool.inputSchema,
    }));
  }
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** The manifest's texts in each language: those of rules and tools follow from the files, all others stay as they are. */
function manifestTexts(root, rules, tools) {
  const read = (file) => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
  const own = (/** @type {[string, string]} */ [key]) => !/^(rule|tool)\./.test(key);
  const made = (translated) => [
    ...rules.map((rule) => [`rule.${rule.id}`, translated(rule.title)]),
    ...tools.flatMap((tool) => [
      [`tool.${tool.reference}`, translated(tool.title)],
      [`tool.${tool.reference}.summary`, translated(tool.summary)],
    ]),
  ];
  const written = (file, translated) => [
    file,
    `${JSON.stringify(Object.fromEntries([...Object.entries(read(file)).filter(own), ...made(translated)]), null, 2)}\n`,
  ];
  const languages = fs.readdirSync(path.join(root, 'l10n')).map((name) => name.replace(/^bundle\.l10n\.|\.json$/g, ''));
  return [
    written('package.nls.json', (text) => text),
    ...languages.map((language) => {
      const bundle = read(`l10n/bundle.l10n.${language}.json`);
      return written(`package.nls.${language}.json`, (text) => bundle[text] ?? text);
    }),
  ];
}

/** The schema of closewait.json, from the editor's settings: same names, same meaning. */
function configurationSchema(manifestText, texts, projectSettings) {
  const english = manifestText.replaceAll(/%([\w.-]+)%/g, (place, key) => JSON.stringify(texts[key] ?? place).slice(1, -1));
  const settings = projectSettings(JSON.parse(english).contributes?.configuration?.properties ?? {});
  const properties = Object.entries(settings).map(([name, { scope, order, markdownDescription, ...schema }]) => [
    name,
    { ...schema, description: markdownDescription?.replaceAll(/[*`]/g, '') },
  ]);
  return `${JSON.stringify(
    {
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: 'Settings of CloseWait for the files below this folder',
      type: 'object',
      properties: { $schema: { type: 'string' }, ...Object.fromEntries(properties) },
      additionalProperties: false,
    },
    null,
    2,
  )}\n`;
}

/**
 * For pre-commit.com: `script` runs a file of this repository in the user's.
 * The files of a commit are one project, so they are not shared out.
 */
function preCommitHook(languages) {
  const extensions = [...new Set(languages.flatMap((l) => l.extensions))]
    .map((extension) => extension.slice(1).replaceAll('+', '\\+'))
    .sort();
  return `# Written by scripts/generate.mjs. Do not edit.
- id: closewait
  name: closewait
  description: Finds socket connections that leak or hang.
  entry: scripts/closewait.mjs check
  language: script
  files: \\.(${extensions.join('|')})$
  require_serial: true
`;
}
