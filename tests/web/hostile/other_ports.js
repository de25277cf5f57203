// SPDX-License-Identifier: Apache-2.0
window.tried = 0;
const there = '%1';
const add = (kind, set) => { const e = document.createElement(kind); set(e); document.body.appendChild(e); return e; };
for (const host of [there, there.replace('127.0.0.1', 'localhost'), there.replace('127.0.0.1', '127.0.0.2'), there.replace('127.0.0.1', '[::1]')])
    fetch('http://' + host + '/fetch', {mode: 'no-cors'}).catch(() => window.tried++);
fetch('/redirect', {mode: 'no-cors'}).catch(() => window.tried++);
new Image().src = 'http://' + there + '/image';
navigator.sendBeacon('http://' + there + '/beacon', 'secret');
try { new WebSocket('ws://' + there + '/socket') } catch (e) {}
try { new EventSource('http://' + there + '/events') } catch (e) {}
add('iframe', e => e.src = 'http://' + there + '/frame');
add('iframe', e => e.src = '/redirect');
add('script', e => e.src = 'http://' + there + '/script.js');
add('object', e => e.data = 'http://' + there + '/object');
add('style', e => e.textContent = "@import 'http://" + there + "/style.css'; body { cursor: url(http://" + there + "/c.cur), auto }");
for (const rel of ['preconnect', 'dns-prefetch', 'prefetch', 'prerender', 'icon', 'manifest', 'stylesheet'])
    add('link', e => { e.rel = rel; e.href = 'http://' + there + '/' + rel });
document.querySelector('video').src = 'http://' + there + '/film';
add('a', e => { e.href = '/offer'; e.ping = 'http://' + there + '/ping' });
const form = add('form', e => { e.action = 'http://' + there + '/form'; e.method = 'post' }); form.submit();
try { const worker = new Worker('/worker.js'); worker.onmessage = () => window.tried++ } catch (e) { window.tried++ }
if (navigator.serviceWorker) navigator.serviceWorker.register('/sw.js').then(() => window.tried++, () => window.tried++); else window.tried++;
location.href = 'http://' + there + '/away';
