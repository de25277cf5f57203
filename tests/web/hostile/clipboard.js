// SPDX-License-Identifier: Apache-2.0
window.stolen = ''; window.refusedClipboard = false;
field.focus(); document.execCommand('paste'); window.stolen += field.value;
if (navigator.clipboard) navigator.clipboard.readText().then(t => window.stolen += t, () => window.refusedClipboard = true);
else window.refusedClipboard = true;
