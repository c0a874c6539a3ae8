#!/usr/bin/perl

# https to the API: no key leaves for a server whose certificate is not checked
# or does not pass, wherever the scheme comes from.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP;
use Riverty;
use RivertyConfig;
use Test::More;

my $item = "$CUSTOMERS/$NUMBER";
my $tls = port();

plan skip_all => 'needs openssl (apt-get install openssl)'
    if system("openssl version > $DIR/openssl.log 2>&1") != 0;

sub certify {
    my ($name) = @_;
    system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=api.test"
        . " -addext subjectAltName=DNS:api.test -keyout $DIR/$name.key -out $DIR/$name.crt"
        . " >> $DIR/openssl.log 2>&1") == 0 or die slurp("$DIR/openssl.log");
    return;
}
certify($_) for qw(api foreign);

my $plain = api_config();
my ($server) = $plain =~ /(    server \{.*\})/s;
$server =~ s/listen \S+;/listen 127.0.0.1:$tls ssl; ssl_certificate ..\/api.crt; ssl_certificate_key ..\/api.key;/;
my $api = start_server('api', config_of(http => "$plain\n$server"));

my $checked = 'proxy_ssl_verify on; proxy_ssl_trusted_certificate ../api.crt;';
my $named = 'proxy_ssl_name api.test;';
my $known_later = 'proxy_pass $to;';
my $locations = '';

sub location {
    my ($name, $text) = @_;
    $locations .= "location /$name/ { riverty_prefix /$name; rewrite ^/$name(/.*) \$1 break; $text }\n";
    return;
}
location('checked', "$checked $named proxy_pass https://127.0.0.1:$tls;");
location('later', "$checked $named $known_later");
location('other_name', "$checked proxy_ssl_name other.test; $known_later");
# A session that another location has begun was checked there, or was not.
location('other_ca', "proxy_ssl_session_reuse off; proxy_ssl_verify on; proxy_ssl_trusted_certificate ../foreign.crt; $named $known_later");
location('unchecked', $known_later);
location('allowed', "riverty_allow verbose_log unverified_upstream; $known_later");
location('monitor', "riverty_customer monitor; $known_later");
location('monitor_checked', "riverty_customer monitor; proxy_ssl_session_reuse off; $checked $named $known_later");
location('plain', "proxy_pass $API;");

my $gateway = start_server('gateway', gateway_config(server => "riverty_customer on; set \$to https://127.0.0.1:$tls;\n$locations"));

# One read; key: what of the store's must have come, undef where no request may.
sub read_by {
    my ($name, $status, $key, $outcome, $said) = @_;
    my $from = length $gateway->log();
    my $answer = ask("GET /$name$item");
    is($answer->{status}, $status, "$name: status");
    my @requests = reached($api->path('api.log'), defined $key ? 1 : 0);
    is_deeply([ map { $_->{key} } @requests ], [ $key // () ], "$name: what reached the API");
    my ($record) = records($gateway->path('audit.log'), 1);
    is($record->{riverty}{outcome}, $outcome, "$name: record");
    my $log = substr $gateway->log(), $from;
    $said ? like($log, qr/\[error\].*$said/, "$name: error.log")
          : unlike($log, qr/\[(?:error|alert)\]/, "$name: error.log");
    return;
}

read_by($_, 404, 'billing.primary', 'forwarded') for qw(checked later plain);
read_by('other_name', 502, undef, 'failed', 'upstream SSL certificate does not match');
read_by('other_ca', 502, undef, 'failed', 'upstream SSL certificate verify error');
read_by('unchecked', 500, undef, 'failed', 'no key is sent.*look at "proxy_ssl_verify"');
read_by('allowed', 404, 'billing.primary', 'forwarded');
read_by('monitor', 401, '', 'forwarded', 'no key is sent.*look at "proxy_ssl_verify"');
read_by('monitor_checked', 404, 'billing.primary', 'forwarded');

done_testing();
