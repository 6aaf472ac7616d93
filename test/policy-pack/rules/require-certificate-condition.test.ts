import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/require-certificate-condition";
import { outputOf, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import { aboutRole, allow, notYet, roleOf, roleWith } from "../../support/trust";

const service = { Service: "rolesanywhere.amazonaws.com" };
const anchor = "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/1";
const uri = { "aws:PrincipalTag/x509SAN/URI": "spiffe://acme.example/triage" };
const source = { "aws:SourceArn": anchor };

function role(condition?: Value): Resource {
  return roleOf(allow(service, condition));
}

function corrected(names: Value, anchors: Value): string {
  return JSON.stringify({ StringEquals: names, ArnEquals: { "aws:SourceArn": anchors } });
}

const form = { "aws:PrincipalTag/x509SAN/URI": "spiffe://TRUST_DOMAIN/PATH" };
const anchorForm = "arn:aws:rolesanywhere:REGION:ACCOUNT:trust-anchor/TRUST_ANCHOR_ID";
const found = { severity: "high", ...aboutRole };

function open(missing: string, replacement: string) {
  return {
    ...found,
    message: `Role \`triage\` trusts IAM Roles Anywhere without restricting the ${missing}`,
    replacement,
  };
}

const unknown = {
  ...found,
  verdict: "undetermined" as const,
  message: "Role `triage` trusts any certificate of IAM Roles Anywhere",
  dependsOn: ["cluster"],
};

function values(missing: string) {
  return {
    ...unknown,
    message: `Role \`triage\` trusts IAM Roles Anywhere without restricting the ${missing}`,
  };
}

ruleTester(rule, {
  accepts: [
    {
      name: "a URI and a trust anchor",
      resources: [role({ StringEquals: uri, ArnEquals: source })],
    },
    {
      name: "a common name and a trust anchor",
      resources: [
        role({ StringEquals: { "aws:PrincipalTag/x509Subject/CN": "triage", ...source } }),
      ],
    },
    {
      name: "the source identity, which is the certificate's common name",
      resources: [role({ StringEquals: { "sts:SourceIdentity": "CN=triage", ...source } })],
    },
    {
      name: "names of one domain",
      resources: [
        role({
          StringLike: { "aws:PrincipalTag/x509SAN/DNS": "*.agents.acme.example" },
          ArnEquals: source,
        }),
      ],
    },
    {
      name: "a trust anchor of the stack whose ARN is not known yet",
      resources: [
        role({
          StringEquals: uri,
          ArnEquals: {
            "aws:SourceArn": outputOf(urnOf("aws:rolesanywhere/trustAnchor:TrustAnchor", "acme")),
          },
        }),
      ],
    },
    {
      name: "a URI or a trust anchor that is not known yet, whichever it is, where it has to be equal",
      resources: [
        role({ StringEquals: { "aws:PrincipalTag/x509SAN/URI": notYet, "aws:SourceArn": notYet } }),
      ],
    },
    {
      name: "what is held fast, beside conditions that are not known yet",
      resources: [role({ StringEquals: uri, ArnEquals: source, Bool: notYet })],
    },
    {
      name: "another service",
      resources: [roleOf(allow({ Service: "lambda.amazonaws.com" }))],
    },
  ],
  rejects: [
    {
      name: "no condition",
      resources: [role()],
      findings: [open("certificate and trust anchor", corrected(form, anchorForm))],
    },
    {
      name: "a trust anchor alone, which vouches for many certificates",
      resources: [role({ ArnEquals: source })],
      findings: [open("certificate", corrected(form, anchor))],
    },
    {
      name: "a URI alone, which any trust anchor of the account can vouch for",
      resources: [role({ StringEquals: uri })],
      findings: [open("trust anchor", corrected(uri, anchorForm))],
    },
    {
      name: "any trust anchor of the account",
      resources: [
        role({
          StringEquals: uri,
          ArnLike: { "aws:SourceArn": anchor.replace("/1", "/*") },
        }),
      ],
      findings: [open("trust anchor", corrected(uri, anchorForm))],
    },
    {
      name: "an account in place of the trust anchor",
      resources: [role({ StringEquals: { ...uri, "aws:SourceAccount": "111122223333" } })],
      findings: [
        open(
          "trust anchor",
          corrected({ ...uri, "aws:SourceAccount": "111122223333" }, anchorForm),
        ),
      ],
    },
    {
      name: "the issuer of the certificate, which says nothing of who has it",
      resources: [role({ StringEquals: { "aws:PrincipalTag/x509Issuer/CN": "acme", ...source } })],
      findings: [
        open(
          "certificate",
          corrected({ ...form, "aws:PrincipalTag/x509Issuer/CN": "acme" }, anchor),
        ),
      ],
    },
    {
      name: "any SPIFFE ID",
      resources: [
        role({ StringLike: { "aws:PrincipalTag/x509SAN/URI": "spiffe://*" }, ArnEquals: source }),
      ],
      findings: [open("certificate", corrected(form, anchor))],
    },
    {
      name: "a URI under ForAllValues, which holds also without one",
      resources: [role({ "ForAllValues:StringEquals": uri, ArnEquals: source })],
      findings: [open("certificate", corrected(uri, anchor))],
    },
    {
      name: "as undetermined a pattern of URIs that is not known yet, which all may fit",
      resources: [
        role({ StringLike: { "aws:PrincipalTag/x509SAN/URI": notYet }, ArnEquals: source }),
      ],
      findings: [values("certificate")],
    },
    {
      name: "as undetermined an organisation that is not known yet, which many have",
      resources: [
        role({ StringEquals: { "aws:PrincipalTag/x509Subject/O": notYet }, ArnEquals: source }),
      ],
      findings: [values("certificate")],
    },
    {
      name: "as undetermined a source that is not known yet, in which a wildcard would be one",
      resources: [role({ StringEquals: uri, ArnEquals: { "aws:SourceArn": notYet } })],
      findings: [values("trust anchor")],
    },
    {
      name: "as undetermined a trust policy that is not known yet",
      resources: [roleWith(notYet)],
      findings: [unknown],
    },
    {
      name: "as undetermined a statement that is not known yet",
      resources: [roleOf(notYet)],
      findings: [unknown],
    },
    {
      name: "as undetermined a service that is not known yet",
      resources: [roleOf(allow({ Service: notYet }))],
      findings: [unknown],
    },
    {
      name: "as undetermined conditions that are not known yet",
      resources: [role(notYet)],
      findings: [values("certificate and trust anchor")],
    },
    {
      name: "as undetermined an action that is not known yet",
      resources: [roleOf(allow(service, undefined, { Action: notYet }))],
      findings: [
        {
          ...unknown,
          message:
            "Role `triage` trusts IAM Roles Anywhere without restricting the certificate and trust anchor",
        },
      ],
    },
  ],
});
