// SPDX-License-Identifier: Apache-2.0
// What JupyterLab's own start does with its settings: the application shows only when they say so.
const settings = JSON.parse(document.getElementById('jupyter-config-data').textContent);
if (settings.exposeAppInBrowser === true) {
    window.jupyterapp = {
        restored: Promise.resolve(),
        commands: {execute: (command, options) => {
            window.asked = command + ' ' + options.theme;
            document.body.dataset.jpThemeLight = String(options.theme === 'JupyterLab Light');
        }},
    };
}
