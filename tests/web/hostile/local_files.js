// SPDX-License-Identifier: Apache-2.0
window.read = []; window.failed = 0;
for (const url of ['file:///etc/passwd', 'qrc:/remote/startup.sh', 'chrome://version', 'view-source:http://127.0.0.1/'])
    fetch(url).then(r => r.text()).then(t => window.read.push(t)).catch(() => window.failed++);
for (const url of ['file:///etc/passwd', 'qrc:/remote/startup.sh']) {
    const frame = document.createElement('iframe'); frame.src = url; document.body.appendChild(frame);
    const xhr = new XMLHttpRequest();
    try { xhr.open('GET', url); xhr.onload = () => window.read.push(xhr.responseText); xhr.onerror = () => window.failed++; xhr.send() } catch (e) { window.failed++ }
}
try { location.href = 'file:///etc/passwd' } catch (e) {}
