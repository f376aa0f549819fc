/** What a notify script for AWS varies in. */
export interface NotifyScript {
  readonly region?: string;
  readonly nodes?: readonly [string, string];
  readonly allocationId?: string;
  /** Access key and secret, as the guide has them where there is no role. */
  readonly keys?: readonly [string, string];
  /** Asks for a token first (IMDSv2). */
  readonly token?: boolean;
  /** Takes answers apart as the guide's script does, by Python 2. */
  readonly python2?: boolean;
}

export const names = ['ip-10-77-0-1.eu-west-1.compute.internal', 'ip-10-77-0-2.eu-west-1.compute.internal'] as const;

/**
 * A notify script that does what NGINX's guide for AWS describes: it takes the Elastic IP for a node that becomes master,
 * hands it over where a node that had it is master no more, and logs what it found before it acts.
 */
export function notifyScriptText(changes: NotifyScript = {}): string {
  const { region = 'eu-west-1', nodes = names, allocationId = 'eipalloc-0a1b2c3d4e5f60718', keys } = changes;
  const ask = changes.token === true ? 'curl -s -m 2 -H "X-aws-ec2-metadata-token: $token"' : 'wget -q -T 10 -t 1 -O -';
  // Where nothing is found the answer is "None", and the guide's script has an empty variable.
  const pick = (query: string) =>
    changes.python2 === true
      ? ` | /usr/bin/python -c 'import json,sys; print json.load(sys.stdin)'`
      : ` --query '${query}' --output text | sed 's/^None$//'`;
  return `#!/bin/sh
# Moves an Elastic IP to the node that becomes master. keepalived calls it with TYPE NAME STATE.
${keys === undefined ? '' : `export AWS_ACCESS_KEY_ID=${keys[0]}\nexport AWS_SECRET_ACCESS_KEY="${keys[1]}"\n`}export AWS_DEFAULT_REGION=${region}
HA_NODE_1=${nodes[0]}
HA_NODE_2=${nodes[1]}
ALLOCATION_ID=${allocationId}

TYPE=$1 NAME=$2 STATE=$3
say() { logger -t nginx-ha-keepalived "$1"; }
say "Transition to state '$STATE' on VRRP instance '$NAME'."
metadata=http://169.254.169.254/latest
${changes.token === true ? 'token=$(curl -s -m 2 -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" $metadata/api/token)\n' : ''}own_name=$(${ask} $metadata/meta-data/local-hostname)
INSTANCE_ID=$(${ask} $metadata/meta-data/instance-id)
other=$HA_NODE_1
[ "$own_name" = "$HA_NODE_1" ] && other=$HA_NODE_2
OTHER_INSTANCE_ID=$(aws ec2 describe-instances --filters "Name=private-dns-name,Values=$other"${pick('Reservations[0].Instances[0].InstanceId')})
held=$(aws ec2 describe-addresses --allocation-ids $ALLOCATION_ID${pick('Addresses[0].[AssociationId,InstanceId]')})
ASSOCIATION_ID=$(echo "$held" | cut -f 1 | sed 's/^None$//')
EIP_INSTANCE=$(echo "$held" | cut -f 2 | sed 's/^None$//')
say "Params and Values: TYPE=$TYPE NAME=$NAME STATE=$STATE ALLOCATION_ID=$ALLOCATION_ID INSTANCE_ID=$INSTANCE_ID OTHER_INSTANCE_ID=$OTHER_INSTANCE_ID EIP_INSTANCE=$EIP_INSTANCE ASSOCIATION_ID=$ASSOCIATION_ID"
move_to() {
  aws ec2 disassociate-address --association-id $ASSOCIATION_ID
  aws ec2 associate-address --allocation-id $ALLOCATION_ID --instance-id $1
}
case $STATE in
  MASTER)
    move_to $INSTANCE_ID
    service nginx start
    ;;
  BACKUP | FAULT)
    if [ "$INSTANCE_ID" = "$EIP_INSTANCE" ]; then
      move_to $OTHER_INSTANCE_ID
      say "BACKUP Path Transfer from $INSTANCE_ID to $OTHER_INSTANCE_ID"
    fi
    ;;
  *)
    say "Unknown state: '$STATE'"
    exit 1
    ;;
esac
echo "STATE=$STATE" > /var/run/nginx-ha-keepalived.state
exit 0
`;
}
