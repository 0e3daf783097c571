/* Certificates over libcrypto. Keys are EC P-256; everything is valid for decades, because tests
 * shift the clock. */
#include "certificate.h"

#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct authority {
    char dir[1024];
    X509 *certificate;
    EVP_PKEY *key;
    long serial;
};

static FILE *open_private(const char *dir, const char *name, const char *suffix)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/%s.%s", dir, name, suffix);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file)
        perror(path);
    return file;
}

static bool write_pair(const char *dir, const char *name, X509 *certificate, EVP_PKEY *key)
{
    FILE *file = open_private(dir, name, "pem");
    bool written = file && PEM_write_X509(file, certificate) == 1;
    written = file && fclose(file) == 0 && written;
    file = open_private(dir, name, "key");
    written = file && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1 && written;
    return file && fclose(file) == 0 && written;
}

static bool extend(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool added = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

static X509 *blank(const char *name, long serial, EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    if (!certificate)
        return NULL;
    X509_NAME *subject = X509_get_subject_name(certificate);
    bool made = X509_set_version(certificate, X509_VERSION_3) == 1 &&
                ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial) == 1 &&
                ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate), "20200101000000Z") &&
                ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), "20491231235959Z") &&
                X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                           (const unsigned char *)name, -1, -1, 0) == 1 &&
                X509_set_pubkey(certificate, key) == 1;
    if (made)
        return certificate;
    X509_free(certificate);
    return NULL;
}

struct authority *authority_new(const char *dir)
{
    struct authority *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    snprintf(a->dir, sizeof a->dir, "%s", dir);
    a->key = EVP_EC_gen("P-256");
    a->serial = 1;
    a->certificate = a->key ? blank("copay-replay", a->serial, a->key) : NULL;
    X509 *ca = a->certificate;
    if (ca && X509_set_issuer_name(ca, X509_get_subject_name(ca)) == 1 &&
        extend(ca, ca, NID_subject_key_identifier, "hash") &&
        extend(ca, ca, NID_basic_constraints, "critical,CA:TRUE") &&
        extend(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") &&
        X509_sign(ca, a->key, EVP_sha256()) > 0 && write_pair(dir, "ca", ca, a->key))
        return a;
    ERR_print_errors_fp(stderr);
    authority_free(a);
    return NULL;
}

void authority_free(struct authority *authority)
{
    if (!authority)
        return;
    X509_free(authority->certificate);
    EVP_PKEY_free(authority->key);
    free(authority);
}

bool authority_sign(struct authority *authority, enum certificate_use use, const char *name,
                    const char *names)
{
    X509 *issuer = authority->certificate;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *leaf = key ? blank(name, ++authority->serial, key) : NULL;
    bool made = leaf && X509_set_issuer_name(leaf, X509_get_subject_name(issuer)) == 1 &&
                extend(leaf, issuer, NID_subject_key_identifier, "hash") &&
                extend(leaf, issuer, NID_authority_key_identifier, "keyid") &&
                extend(leaf, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
                extend(leaf, issuer, NID_key_usage, "critical,digitalSignature") &&
                extend(leaf, issuer, NID_ext_key_usage,
                       use == CERTIFICATE_SERVER ? "serverAuth" : "clientAuth") &&
                extend(leaf, issuer, NID_subject_alt_name, names) &&
                X509_sign(leaf, authority->key, EVP_sha256()) > 0 &&
                write_pair(authority->dir, name, leaf, key);
    if (!made)
        ERR_print_errors_fp(stderr);
    X509_free(leaf);
    EVP_PKEY_free(key);
    return made;
}
