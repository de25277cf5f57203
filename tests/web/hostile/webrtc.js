// SPDX-License-Identifier: Apache-2.0
// TURN over TCP and over UDP, STUN over UDP; also from a frame whose window no script of ours can have prepared.
window.gathered = 0;
const frame = document.createElement('iframe');
document.body.appendChild(frame);
for (const kind of [window.RTCPeerConnection, frame.contentWindow.RTCPeerConnection]) {
    if (!kind) {
        window.gathered++;
        continue;
    }
    const peer = new kind({iceServers: [{urls: ['turn:127.0.0.1:%1?transport=tcp', 'turn:127.0.0.1:%2?transport=udp'], username: 'u', credential: 'c'},
                                        {urls: 'stun:127.0.0.1:%2'}]});
    peer.createDataChannel('out');
    peer.createOffer().then(offer => peer.setLocalDescription(offer));
    setTimeout(() => window.gathered++, 2500);
}
