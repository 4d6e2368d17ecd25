// Starts `mlp lsp` for every .mlp file, and starts it anew when its path changes.
"use strict";

const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

/** @type {LanguageClient | undefined} */
let client;

async function start() {
  const command = vscode.workspace.getConfiguration("mlp").get("command", "mlp");
  client = new LanguageClient(
    "mlp",
    "mlp",
    { command, args: ["lsp"], transport: TransportKind.stdio },
    { documentSelector: [{ language: "mlp" }] },
  );
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    vscode.window.showErrorMessage(
      `mlp: cannot start \`${command} lsp\`: ${error.message}. ` +
        "Install it with `cargo install --path mlp-dsl`, or set `mlp.command` to its path.",
    );
  }
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("mlp.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("mlp.command")) {
        return restart();
      }
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
