// SPDX-License-Identifier: Apache-2.0
// An OpenID provider that nobody here wrote, set up as Google's is for a "Desktop app": any port of the loopback, PKCE, refresh tokens.
// Prints "ready URL". Ends with its standard input, so that it never outlives a test.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const cloud = 'https://www.googleapis.com/auth/cloud-platform';
const email = 'https://www.googleapis.com/auth/userinfo.email';

const server = createServer();
server.listen(0, '127.0.0.1', () => {
    const issuer = `http://127.0.0.1:${server.address().port}`;
    const desktop = (id, more) => ({
        client_id: id,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        ...more,
    });
    const provider = new Provider(issuer, {
        clients: [desktop('nimbook-desktop'), desktop('without-cloud', { scope: `openid ${email}` })],
        pkce: { required: () => true },
        scopes: ['openid', email, cloud],
        claims: { openid: ['sub'], [email]: ['email'] },
        conformIdTokenClaims: false, // Google too puts the e-mail into the id_token
        findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.com` }) }),
        issueRefreshToken: async () => true,
        rotateRefreshToken: () => false, // nor does Google
        features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
        // Shorter than what is renewed ahead of time: every call asks the token endpoint again.
        ttl: { AccessToken: 60, RefreshToken: 3600, Session: 3600, Grant: 3600, Interaction: 600, AuthorizationCode: 60, IdToken: 60 },
        cookies: { keys: ['only for this run'] },
    });
    server.on('request', provider.callback());
    console.log(`ready ${issuer}`);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
